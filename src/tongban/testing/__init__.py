"""What tests lean on, published: packs outside the tree test themselves with the same tools."""
