"""The desks of staff: a clerk's inbox and cases, an office's load, the combined window, the auditor's check."""
