"""What a send would do, frozen: audience, times, guards, samples; approvals."""
