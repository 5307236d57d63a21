import type { z } from 'zod';
import { connectDesk, faultOf, Refused } from './desk-connection.js';
import { whoAmISchema } from './wire/answers.js';

/**
 * Whose token this is, in the words of the desk.
 * @throws CommandFault when the token opens nothing, or the desk does not answer
 */
export async function whoIs(origin: string, token: string): Promise<z.infer<typeof whoAmISchema>> {
  try {
    return await connectDesk(origin, token).get<z.infer<typeof whoAmISchema>>('/whoami', whoAmISchema);
  } catch (error) {
    throw error instanceof Refused ? faultOf(error, origin) : error;
  }
}
