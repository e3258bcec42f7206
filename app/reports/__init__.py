"""Reports on paper and in files: PDF, CSV, XLSX."""
