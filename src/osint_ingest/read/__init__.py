"""Reading documents: which ones to read, and reading each within its limits of time and memory."""
