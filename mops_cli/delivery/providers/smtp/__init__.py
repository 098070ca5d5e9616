"""Mail by SMTP: our own pipelined client."""
