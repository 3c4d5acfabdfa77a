"""What a transplant is: patient, donor, graft, regimen, care, and the plan that holds them."""
