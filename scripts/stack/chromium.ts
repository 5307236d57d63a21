import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  win32: ['chrome.exe', 'msedge.exe'],
};
const USUAL_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];

/** Where installers put Chromium and its kin when they leave PATH alone. */
function usualPlaces(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string[] {
  if (platform === 'darwin') {
    const applications = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((name) => join(`${name}.app`, 'Contents', 'MacOS', name));
    return ['/Applications', join(homedir(), 'Applications')].flatMap((folder) => applications.map((each) => join(folder, each)));
  }
  if (platform === 'win32') {
    const folders = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter((folder) => folder !== undefined);
    const programs = [
      ['Google', 'Chrome', 'Application', 'chrome.exe'],
      ['Chromium', 'Application', 'chrome.exe'],
      ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
    ];
    return folders.flatMap((folder) => programs.map((parts) => join(folder, ...parts)));
  }
  return ['/usr/bin/chromium', '/usr/lib/chromium/chromium', '/snap/bin/chromium', '/opt/google/chrome/chrome', '/usr/bin/google-chrome'];
}

const INSTALL: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'brew install --cask chromium',
  win32: 'winget install --exact --id Google.Chrome',
};

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The Chromium of this machine: `CHROME_PATH`, else PATH, else the usual places.
 * @throws Error with the one command that installs it
 */
export function findChromium(
  { env, platform }: { readonly env: NodeJS.ProcessEnv; readonly platform: NodeJS.Platform } = process,
  isThere: (file: string) => boolean = runs,
): string {
  const named = env['CHROME_PATH']?.trim() ?? '';
  if (named !== '') {
    if (isThere(named)) return named;
    throw new Error(`CHROME_PATH names ${named}, which is no program here; set it to Chromium or Chrome, or unset it`);
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = (NAMES[platform] ?? USUAL_NAMES).flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = [...onPath, ...usualPlaces(platform, env)].find(isThere);
  if (found !== undefined) return found;
  const asRoot = platform === 'linux' && process.getuid?.() !== 0 ? 'sudo ' : '';
  const command = INSTALL[platform] ?? `${asRoot}apt-get update && ${asRoot}apt-get install -y chromium`;
  throw new Error(`the browser tests need Chromium; install it with: ${command}  (or set CHROME_PATH to a Chromium or Chrome)`);
}

const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser without a window, on a profile of its own that is gone when it is closed. */
export function launchChromium(): Promise<Browser> {
  // Chromium refuses to build its sandbox as root.
  return chromium.launch({ executablePath: findChromium(), headless: true, chromiumSandbox: process.getuid?.() !== 0, args: FLAGS });
}
