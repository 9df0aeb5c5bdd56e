"""The client of the API's document, as written there but for the addresses."""
import sys

import requests
import json

BASE, DEFINITION, URL = sys.argv[1:4]

# Create workflow
with open(DEFINITION) as f:
    workflow = json.load(f)
response = requests.post(
    f'{BASE}/api/workflows',
    json=workflow
)
workflow_id = response.json()['id']

# Execute workflow
execution = requests.post(
    f'{BASE}/api/workflows/{workflow_id}/execute',
    json={
        'inputs': {
            'url': {
                'type': 'String',
                'value': URL
            }
        }
    }
)
result = execution.json()
print(f"Execution {result['execution_id']} completed")
print(f"Nodes: {result['completed_nodes']}/{result['total_nodes']}")
