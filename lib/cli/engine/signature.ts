import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from './answer';

const REGION = /^[a-z]{2,}(-[a-z]+)+-\d+$/;

/**
 * The region that a request is signed for: of the credential scope `<key>/<date>/<region>/dynamodb/aws4_request`, in the
 * header, or in the query of a presigned request.
 * @throws Refusal as DynamoDB does when there is no signature
 */
export function regionOf(headers: IncomingHttpHeaders, query: URLSearchParams): string {
  const header = headers.authorization;
  const presigned = query.get('X-Amz-Credential');
  if (header === undefined && presigned === null) {
    throw new Refusal('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
  }
  const credential = presigned ?? /Credential=([^,\s]+)/.exec(header ?? '')?.[1];
  const region = credential?.split('/').at(-3);
  if (region === undefined) {
    throw new Refusal('IncompleteSignatureException', incomplete(header ?? '', headers));
  }
  if (!REGION.test(region)) {
    throw new Refusal('InvalidSignatureException', `Credential should be scoped to a valid region, not '${region}'.`);
  }
  return region;
}

function incomplete(header: string, headers: IncomingHttpHeaders): string {
  const parameters = ['Credential', 'Signature', 'SignedHeaders'].filter((name) => !header.includes(`${name}=`));
  const missing = parameters.map((name) => `Authorization header requires '${name}' parameter.`);
  if (headers['x-amz-date'] === undefined && headers.date === undefined) {
    missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  return [...missing, `Authorization=${header}`].join(' ');
}
