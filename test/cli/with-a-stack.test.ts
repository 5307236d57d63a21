import { afterAll, beforeAll } from 'vitest';
import { brokenSettingsAreNamed } from './stack/broken-settings.js';
import { everyEventTells } from './stack/history.js';
import { openOpsRoom, type OpsRoom } from './stack/ops-room.js';
import { aSchoolGoesLive } from './stack/school.js';
import { aShopIsCancelled, aTamperedLedgerIsFound } from './stack/shop.js';
import { aTourOperatorGoesLive } from './stack/tours.js';

let room: OpsRoom;
beforeAll(async () => {
  room = await openOpsRoom();
}, 120_000);
afterAll(async () => room?.close(), 60_000);

aSchoolGoesLive(() => room);
aShopIsCancelled(() => room);
aTourOperatorGoesLive(() => room);
brokenSettingsAreNamed(() => room);
everyEventTells(() => room);
aTamperedLedgerIsFound(() => room);
