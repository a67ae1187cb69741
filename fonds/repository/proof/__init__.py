"""Proof that outlives trust: Merkle trees over the log and over packages, signed checkpoints, proofs for one file."""
