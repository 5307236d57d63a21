/** The official SDK ships no types; this is the part that the tests touch (facts 12). */
declare module 'tiktok-business-api-sdk-official' {
  type SdkCallback = (error: Error | null, data: unknown, response: unknown) => void;
  type SdkMethod = (...parameters: unknown[]) => unknown;
  export interface SdkApi {
    readonly [method: string]: SdkMethod | undefined;
  }
  type SdkApiClass = new (client: unknown) => SdkApi;
  export class ApiClient {
    basePath: string;
  }
  export const AccountApi: SdkApiClass;
  export const AccountManagementApi: SdkApiClass;
  export const AdApi: SdkApiClass;
  export const AdgroupApi: SdkApiClass;
  export const AuthenticationApi: SdkApiClass;
  export const BCApi: SdkApiClass;
  export const CampaignCreationApi: SdkApiClass;
  export const CatalogApi: SdkApiClass;
  export const FileApi: SdkApiClass;
  export const IdentityApi: SdkApiClass;
  export const MeasurementApi: SdkApiClass;
  export const ReportingApi: SdkApiClass;
  export const ToolApi: SdkApiClass;
}
