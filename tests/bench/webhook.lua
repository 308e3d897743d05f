-- wrk sends the setup event of a call, as the platform does.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"pk": 11, "event": 1, "option": null, "data": null, "mark": null, "state": {"call_id": 1234, ' ..
  '"from_number": "+919876543210", "to_number": "+918012345678", "direction": 1, "org": {"id": 42, "name": "Shop"}, ' ..
  '"metadata": null, "greeting_message": null, "options": null, "voice": {"lang": "en", "name": "x", "gender": null}, ' ..
  '"campaign_id": null, "campaign_type": null}}'
