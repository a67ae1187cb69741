"""Notices: what people are told who do not look by themselves, and the queue in which it waits until it got through."""
