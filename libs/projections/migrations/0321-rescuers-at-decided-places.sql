-- The freeze asks who stands by, and who takes an alarm plan over, as the door of the vault does.
GRANT USAGE ON SCHEMA directory TO vault_reviewer;
SET LOCAL ROLE read_directory;
GRANT EXECUTE ON FUNCTION directory.stands_by(text, text, timestamptz),
  directory.holds(text, text[], text[], timestamptz) TO vault_reviewer;
RESET ROLE;
