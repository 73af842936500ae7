"""A practice ZVT terminal, after PA00P015 13.08 and PA00P016 04."""
