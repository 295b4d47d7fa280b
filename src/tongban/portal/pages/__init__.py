"""The pages of the portal, one module for each group; `door` says who may enter and how a refusal is told."""
