"""The outside world as small interfaces. Their comments are the contract that every back end is tested against."""
