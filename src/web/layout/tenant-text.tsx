import type { Context } from 'hono';

/** The two ways to hand in tenant files: typed or pasted, or chosen; what was typed stays. */
export function TenantTextFields({ label, accept, text }: { readonly label: string; readonly accept: string; readonly text: string }) {
  return (
    <>
      <label>
        {label}
        <textarea name="text" rows={16} spellcheck={false}>
          {text}
        </textarea>
      </label>
      <label>
        or a file
        <input type="file" name="file" accept={accept} />
      </label>
    </>
  );
}

/** What a form with these fields brought: the chosen file, else the text. */
export async function handedIn(c: Context): Promise<string> {
  const { text, file } = await c.req.parseBody();
  if (file instanceof File && file.size > 0) return file.text();
  return typeof text === 'string' ? text : '';
}
