// The client of the API's document, as written there but for the address and the two names that it leaves open.
const [base, definition, url] = process.argv.slice(2);
const { readFileSync } = await import('node:fs');
const workflowDefinition = JSON.parse(readFileSync(definition, 'utf8'));

// Create workflow
const workflow = await fetch(`${base}/api/workflows`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(workflowDefinition)
});
const workflowId = (await workflow.json()).id;

// Execute workflow
const execution = await fetch(`${base}/api/workflows/${workflowId}/execute`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({
    inputs: {
      url: { type: 'String', value: url }
    }
  })
});
const result = await execution.json();
console.log(`Execution ${result.execution_id} completed`);
