"""What is kept in Redis or Valkey: the log, the views, names and tokens, and how to reach them."""
