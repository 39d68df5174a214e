"""The adjudicate screen: the layers of a notice beside each other, and gold that is made of them."""
