// The event client of the API's document, as written there but for the address. Node.js had no WebSocket of its own
// before version 22: there Debian's `ws` takes its place.
globalThis.WebSocket ??= require('ws');
const ws = new WebSocket(process.argv[2].replace('http:', 'ws:') + '/api/events');

ws.onmessage = (event) => {
  const data = JSON.parse(event.data);
  switch (data.type) {
    case 'WorkflowStarted':
      console.log('Workflow started:', data.workflow_id);
      break;
    case 'NodeStarted':
      console.log('Node started:', data.node_type);
      break;
    case 'NodeCompleted':
      console.log('Node completed in', data.duration_ms, 'ms');
      break;
    case 'NodeEvent':
      if (data.event.event_type === 'Info') {
        console.log('Info:', data.event.message);
      }
      break;
    case 'WorkflowCompleted':
      console.log('Workflow completed!', data.success ? '✓' : '✗');
      break;
  }
};

ws.onopen = () => console.log('Connected to event stream');
ws.onerror = (error) => console.error('WebSocket error:', error);
