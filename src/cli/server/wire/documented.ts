/** A type as a schema answers it: what may be absent may also be undefined. Keeps the schemas of answers true to the types of the engine. */
export type Documented<T> = T extends readonly (infer Each)[]
  ? readonly Documented<Each>[]
  : T extends object
    ? { readonly [Key in keyof T]: object extends Pick<T, Key> ? Documented<T[Key]> | undefined : Documented<T[Key]> }
    : T;
