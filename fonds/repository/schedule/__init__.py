"""The schedule of audits: when the next one is due, whether the cycle holds, and running one that is due."""
