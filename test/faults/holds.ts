import { Client } from 'pg';

/** Class of the advisory locks by which callers are held; nothing else takes locks of it. */
const HOLDS = 0x4b6f62;

const SETUP = [
  'create table fault_holds (id serial primary key, place text not null)',
  'create table fault_released (id integer primary key, refused boolean not null)',
  `create function fault_hold_at(wanted text) returns void language plpgsql as $$
    declare
      chosen integer;
    begin
      select id into chosen from fault_holds h
        where h.place = wanted and not exists (select from fault_released r where r.id = h.id)
        order by id limit 1 for update of h skip locked;
      if chosen is null then return; end if;
      perform pg_advisory_xact_lock(${HOLDS}, chosen);
      if (select refused from fault_released where id = chosen) then raise exception 'whoever asked is gone'; end if;
    end
  $$`,
  `create function fault_hold_call() returns trigger language plpgsql as $$
    begin perform fault_hold_at('call ' || split_part(new.endpoint, ' ', 2)); return new; end $$`,
  `create function fault_hold_row() returns trigger language plpgsql as $$
    begin perform fault_hold_at('row ' || new.kind); return new; end $$`,
  `create function fault_hold_save() returns trigger language plpgsql as $$
    begin perform fault_hold_at('save'); return new; end $$`,
  'create trigger fault_hold before insert on rate_slots for each row execute function fault_hold_call()',
  'create trigger fault_hold before insert on ledger for each row execute function fault_hold_row()',
  'create trigger fault_hold before insert on onboardings for each row execute function fault_hold_save()',
];

/** Stops workers in the middle of a statement: right before a call to TikTok takes its slot, or before a row is written. */
export interface Holds {
  /** Holds the first that comes to `call /endpoint/`, `row kind` of the ledger, or `save` of the projection. */
  set(place: string): Promise<number>;
  /** The holds that hold somebody now. */
  holding(): Promise<ReadonlySet<number>>;
  /** Lets go: the statement goes on, or fails when its caller is gone for good. */
  release(id: number, goesOn: boolean): Promise<void>;
  close(): Promise<void>;
}

/** Puts the holds into a world's database. */
export async function placeHolds(databaseUrl: string): Promise<Holds> {
  const client = new Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  for (const statement of SETUP) await client.query(statement);
  return {
    async set(place) {
      const { rows } = await client.query<{ id: number }>("select nextval('fault_holds_id_seq')::integer as id");
      const id = rows[0]?.id ?? 0;
      await client.query(`select pg_advisory_lock(${HOLDS}, $1)`, [id]);
      await client.query('insert into fault_holds (id, place) values ($1, $2)', [id, place]);
      return id;
    },
    async holding() {
      const { rows } = await client.query<{ id: number }>(
        `select l.objid::integer as id from pg_locks l join pg_database d on d.oid = l.database
         where l.locktype = 'advisory' and l.classid = ${HOLDS} and not l.granted and d.datname = current_database()`,
      );
      return new Set(rows.map(({ id }) => id));
    },
    async release(id, goesOn) {
      await client.query('insert into fault_released (id, refused) values ($1, $2)', [id, !goesOn]);
      await client.query(`select pg_advisory_unlock(${HOLDS}, $1)`, [id]);
    },
    close: () => client.end(),
  };
}
