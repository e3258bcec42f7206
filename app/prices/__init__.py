"""Public price sources: one module each over one hardened HTTP client."""
