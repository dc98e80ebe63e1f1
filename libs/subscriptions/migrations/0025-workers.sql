-- Workers that live, and the subscriptions that each would work on: by it they share the leases evenly. Only a hint: who
-- may write is said by the lease and its fence alone.
create table subs.workers (
  holder text primary key,
  subscriptions text[] not null,
  expires_at timestamptz not null
);
grant select, insert, update, delete on subs.workers to subs_runner;
grant select on subs.workers to subs_reader;
