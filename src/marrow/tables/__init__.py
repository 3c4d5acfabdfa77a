"""Tables of real patients, however dirty: read, mended where that is safe, and analysed as simulated patients are."""
