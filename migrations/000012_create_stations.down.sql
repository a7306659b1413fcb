BEGIN;
DROP TABLE reception_deputies, receptions, station_deputies, stations;
END;
