import { type IPrincipal, PrincipalWithConditions } from 'aws-cdk-lib/aws-iam';
import { ViaServicePrincipal } from 'aws-cdk-lib/aws-kms';

/**
 * Who a principal is, without the conditions that a construct has wrapped around it.
 *
 * The CDK hides whom it wraps, and adds no statement to the policies of a role that is wrapped in a
 * `ViaServicePrincipal`: without looking inside, such a grant would have no effect.
 *
 * @internal
 */
export function withoutConditions(principal: IPrincipal): IPrincipal {
  if (principal instanceof ViaServicePrincipal) {
    return withoutConditions(principal['basePrincipal'] as IPrincipal);
  }
  return principal instanceof PrincipalWithConditions ? withoutConditions(principal['wrapped']) : principal;
}
