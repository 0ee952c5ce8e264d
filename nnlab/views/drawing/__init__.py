"""What plots and panels are drawn with: colours, letters, lines, axes and legends."""
