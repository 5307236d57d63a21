import { accountTables } from './account.js';
import { advertiserTables, verificationTables } from './advertiser.js';
import { advertisingTables } from './advertising.js';
import { businessCenterTables } from './business-center.js';
import { catalogTables } from './catalog.js';
import { creativeTables } from './creative.js';
import { measurementTables } from './measurement.js';
import { moneyTables } from './money.js';
import type { EndpointTable } from './parameter.js';

/** Every endpoint that the simulator knows, by path. */
export const endpointTables: ReadonlyMap<string, EndpointTable> = new Map(
  [
    ...accountTables,
    ...businessCenterTables,
    ...advertiserTables,
    ...verificationTables,
    ...measurementTables,
    ...moneyTables,
    ...creativeTables,
    ...catalogTables,
    ...advertisingTables,
  ].map((table) => [table.path, table]),
);
