-- The grants themselves are a table of the vault (0030). Here is what their projection must remember between two events:
-- which persons of which organisation are named in a case, so that what one of them writes is open to the others.
CREATE TABLE vault.checkpoints (
  subscription text PRIMARY KEY,
  epoch text NOT NULL,
  position text NOT NULL,
  fence bigint NOT NULL
);
CREATE TABLE vault.named_v1 (
  case_id text NOT NULL,
  organisation text NOT NULL,
  -- HOME_BOARD, HOME_POLICE or RECEIVING_BOARD.
  part text NOT NULL,
  -- The proposal for the receiving board, empty for the two others.
  proposal_id text NOT NULL,
  persons text[] NOT NULL,
  -- Receiving board only: it runs the housing itself.
  own_housing boolean NOT NULL,
  PRIMARY KEY (case_id, part, proposal_id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON vault.checkpoints, vault.named_v1 TO project_vault;
-- How far the grants have come: the api tells an officer that what should be closed is closed only when it is.
GRANT SELECT ON vault.checkpoints TO vault_opener;
