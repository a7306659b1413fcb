BEGIN;

CREATE TABLE settings (
    city_id   bigint  NOT NULL REFERENCES cities (id),
    street_id bigint  NOT NULL DEFAULT 0,
    key       text    NOT NULL,
    value     integer NOT NULL,
    version   integer NOT NULL DEFAULT 1,
    PRIMARY KEY (city_id, street_id, key)
);

COMMENT ON TABLE settings IS
'Defaults of the domain that a city or a street has changed. street_id 0 holds for the whole city. What is not here has the default in code (internal/setting).';

ALTER TABLE settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE settings FORCE ROW LEVEL SECURITY;
CREATE POLICY read_own_city ON settings FOR SELECT
    USING (city_id = app.city() OR app.role() IN ('operator', 'public', 'clerk'));
CREATE POLICY by_admin ON settings
    USING (app.role() = 'system_admin' AND city_id = app.city());
CREATE POLICY by_operator ON settings USING (app.role() = 'operator');

GRANT SELECT, INSERT, UPDATE, DELETE ON settings TO portal_app;
GRANT SELECT ON settings TO portal_public, portal_auth;

END;
