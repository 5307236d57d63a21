import type { OnboardingClient } from '../cli/onboarding-client.js';
import type { Plan } from '../cli/plan/plan.js';
import type { Tenant } from '../contract/tenant.js';
import type { DeskConfig } from '../config/desk.js';
import type { People, Person } from '../domain/people.js';
import type { BusinessCenterTraits } from '../domain/tenant-intake.js';
import type { Database } from '../store/database.js';
import type { DeskSession } from '../store/desk-sessions.js';

/** What pages and routes work with. */
export interface DeskDependencies {
  readonly db: Database;
  /** Where conversion events are; `db` when left out. */
  readonly eventsDb?: Database;
  readonly onboardings: () => Promise<OnboardingClient>;
  /** The people as they are now: read anew for every request, so that a role removed a second ago is gone. */
  readonly people: () => Promise<People>;
  /** What a start of this tenant would do, read against TikTok's state now; throws when TikTok cannot be asked. */
  readonly plan: (tenant: Tenant, startedBy: string) => Promise<Plan>;
  /** What the live Business Center asks of tenant files; left out, or throwing when TikTok cannot be asked, files are checked without it. */
  readonly businessCenter?: () => Promise<BusinessCenterTraits | undefined>;
  /** Absolute: the files that a handed-in tenant names count from here. */
  readonly tenantFolder: string;
  /** Absolute: no file outside of this folder may be named; `tenantFolder` when left out. */
  readonly tenantFilesWithin?: string;
  readonly config: DeskConfig;
  /** Limits of the API; what is left out is as usual. */
  readonly api?: {
    /** Requests that one person may send in a minute: 600, because `kobi watch` sends one a second. */
    readonly perMinute?: number;
    /** How long the second of two requests under one key waits for the answer of the first: 10,000. */
    readonly patienceMs?: number;
  };
  readonly clock: () => Date;
  readonly log: { warn(facts: object, message: string): void; error(facts: object, message: string): void };
}

/** What the middleware finds out about a request. */
export interface DeskEnv {
  Variables: {
    /** Whoever is signed in, with the roles of this moment. */
    person: Person;
    session: DeskSession;
    /** Time zone of the viewer by IANA name, from the cookie `kobi_zone`; UTC when unknown. */
    zone: string;
  };
}
