"""What a network learns from: data sets, their splits, and how they are made."""
