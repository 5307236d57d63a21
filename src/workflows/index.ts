export { onboardTenant } from './onboard-tenant.js';
