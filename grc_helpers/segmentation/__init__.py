"""Segmentation: customers as criteria, approaches, and the one sheet that judges every segmentation."""
