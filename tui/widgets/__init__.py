"""What a person sees: widgets draw what they are given and say what happened; screens decide."""
