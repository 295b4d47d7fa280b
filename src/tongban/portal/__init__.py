"""The door for people and companies: pages, their components and the picture of the plan."""
