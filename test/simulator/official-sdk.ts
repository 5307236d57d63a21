import * as sdk from 'tiktok-business-api-sdk-official';
import type { SdkApi } from 'tiktok-business-api-sdk-official';
import { z } from 'zod';

const classes = {
  AccountManagementApi: sdk.AccountManagementApi,
  AdApi: sdk.AdApi,
  AdgroupApi: sdk.AdgroupApi,
  AuthenticationApi: sdk.AuthenticationApi,
  BCApi: sdk.BCApi,
  CampaignCreationApi: sdk.CampaignCreationApi,
  CatalogApi: sdk.CatalogApi,
  FileApi: sdk.FileApi,
  IdentityApi: sdk.IdentityApi,
  MeasurementApi: sdk.MeasurementApi,
  ReportingApi: sdk.ReportingApi,
  ToolApi: sdk.ToolApi,
} as const;
type ApiName = keyof typeof classes;

/** The SDK hands back the body without code and message (facts 12). */
const success = z.object({ request_id: z.string().min(30), data: z.unknown() });

function methodOf(api: SdkApi, name: string): (...parameters: unknown[]) => unknown {
  const method = api[name];
  if (method === undefined) throw new Error(`the SDK has no method ${name}`);
  return method.bind(api);
}

/** TikTok's own client, pointed at a simulator. */
export class OfficialSdk {
  /** Paths that it called and that answered code 0. */
  readonly succeeded = new Set<string>();

  constructor(private readonly url: () => string) {}

  /** Calls one method; the callback is added behind the given arguments. @throws what the SDK reports, for example a code. */
  call(api: ApiName, method: string, ...parameters: unknown[]): Promise<unknown> {
    const client = new sdk.ApiClient();
    client.basePath = this.url();
    const run = methodOf(new classes[api](client), method);
    return new Promise((resolve, reject) => {
      run(...parameters, (error: Error | null, data: unknown, response: unknown) => {
        if (error !== null) return reject(error);
        this.succeeded.add(pathOf(response));
        resolve(success.parse(data).data);
      });
    });
  }
}

function pathOf(response: unknown): string {
  const { url } = z.object({ request: z.object({ url: z.string() }) }).parse(response).request;
  return new URL(url).pathname.replace('/open_api/v1.3', '');
}

/** What one method of the SDK would send. */
export interface SdkEndpoint {
  readonly path: string;
  readonly method: string;
  /** Names of query and form fields, optional ones included. */
  readonly fields: readonly string[];
}

/** Every endpoint of every class that the SDK exports, found by letting each method run into a recorder. */
export function endpointsOfSdk(): SdkEndpoint[] {
  const found: SdkEndpoint[] = [];
  const recorder = {
    buildCollectionParam: (value: unknown) => value,
    callApi: (path: string, method: string, _path: object, query: object, _header: object, form: object) => {
      found.push({ path: path.replace('/open_api/v1.3', ''), method, fields: [...Object.keys(query), ...Object.keys(form)] });
    },
  };
  const exported: Record<string, unknown> = { ...sdk };
  for (const [name, value] of Object.entries(exported)) {
    if (!name.endsWith('Api') || typeof value !== 'function') continue;
    const api: object = Reflect.construct(value, [recorder]);
    for (const key of Object.getOwnPropertyNames(value.prototype)) {
      if (key === 'constructor') continue;
      const method: unknown = Reflect.get(api, key);
      if (typeof method === 'function')
        Reflect.apply(
          method,
          api,
          Array.from({ length: method.length }, () => 'x'),
        );
    }
  }
  return found;
}
