-- Where keys were used from goes with their account; that of accounts which were deleted before is still there.
DELETE FROM key_network
 USING api_key k
  JOIN account a ON a.id = k.account_id
 WHERE key_network.key_id = k.id AND a.deleted_at IS NOT NULL;
