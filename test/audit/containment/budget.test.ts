import { Budget, BudgetExceeded } from '../../../lib/audit/containment/budget';

describe('Budget', () => {
  test('lasts for as many steps as it says, and names the bound when it ends', () => {
    const budget = new Budget(3);
    budget.spend();
    budget.spend(2);
    expect(() => budget.spend()).toThrow(BudgetExceeded);
    expect(() => budget.spend()).toThrow(
      'too many overlapping patterns and conditions: undecided after 3 steps',
    );
  });

  test('begins anew for the next decision', () => {
    const budget = new Budget(1);
    budget.spend();
    budget.refill();
    expect(() => budget.spend()).not.toThrow();
    expect(() => budget.spend()).toThrow(BudgetExceeded);
  });
});
