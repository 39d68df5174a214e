"""What a project is made of besides notices: settings, reviewers, who is there."""
