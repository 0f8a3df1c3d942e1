-- The controlled-substance register.

-- one container_last () -> (number text)
SELECT number FROM container WHERE clinic_id = $clinic ORDER BY number DESC LIMIT 1;

-- many container_stock () -> container
-- What is in the house, place by place, the first to expire first.
SELECT {container} FROM container
 WHERE clinic_id = $clinic AND state IN ('sealed', 'open', 'recalled')
 ORDER BY place, drug, product, expiry_date, lot, state, number LIMIT 5000;

-- many container_of_lot (lot text) -> container
SELECT {container} FROM container WHERE clinic_id = $clinic AND lot = $1
 ORDER BY number LIMIT 2000;

-- many container_for_dose (drug text, patient_id text) -> container
-- What a dose could be taken from: drawn syringes first, then what is open, then what expires first.
-- A syringe that something was given from is for nobody else.
SELECT {container} FROM container
 WHERE clinic_id = $clinic AND drug = $1 AND left_ug > 0
   AND (state = 'open' OR (state = 'sealed' AND form IN ('lozenge', 'device')))
   AND (form <> 'syringe' OR NOT EXISTS (SELECT 1 FROM custody_entry e
         WHERE e.clinic_id = container.clinic_id AND e.container_id = container.id
           AND e.kind = 'administer' AND e.patient_id <> $2))
 ORDER BY CASE form WHEN 'syringe' THEN 0 ELSE 1 END, CASE state WHEN 'open' THEN 0 ELSE 1 END,
          expiry_date, number LIMIT 200;

-- many sealed_group (place text) -> (key text, product text, drug text, form text, lot text, expiry_date text, containers int, left_ug int)
-- What a count asks for together: the sealed containers of one lot.
SELECT MIN(id), product, MIN(drug), MIN(form), lot, expiry_date, COUNT(*), CAST(SUM(left_ug) AS BIGINT)
  FROM container WHERE clinic_id = $clinic AND place = $1 AND state = 'sealed'
 GROUP BY product, lot, expiry_date ORDER BY product, lot, expiry_date LIMIT 500;

-- many container_opened (place text) -> container
-- What a count asks for one by one: all that is not sealed.
SELECT {container} FROM container
 WHERE clinic_id = $clinic AND place = $1 AND state IN ('open', 'recalled')
 ORDER BY product, number LIMIT 500;

-- many custody_ledger (container_id text) -> (seq int, kind text, amount_ug int, left_ug int, counted_ug int?, place text, at_ms int, who text, second text?, reason text?, patient_id text?, given_name text?, family_name text?, mrn text?, child_id text?, child text?)
-- Every entry of one container, in order, with the people in words.
SELECT e.seq, e.kind, e.amount_ug, e.left_ug, e.counted_ug, e.place, e.at_ms, a.display_name,
       b.display_name, e.reason, e.patient_id, p.given_name, p.family_name, p.mrn, e.child_id,
       c.number
  FROM custody_entry e
  JOIN account a ON a.clinic_id = e.clinic_id AND a.id = e.account_id
  LEFT JOIN account b ON b.clinic_id = e.clinic_id AND b.id = e.second_id
  LEFT JOIN patient p ON p.clinic_id = e.clinic_id AND p.id = e.patient_id
  LEFT JOIN container c ON c.clinic_id = e.clinic_id AND c.id = e.child_id
 WHERE e.clinic_id = $clinic AND e.container_id = $1 ORDER BY e.seq LIMIT 1000;

-- many custody_between (from_ms int, until_ms int, most int) -> (container_id text, number text, product text, lot text, ug_per_ml int?, piece_ug int?, kind text, amount_ug int, left_ug int, counted_ug int?, place text, at_ms int, who text, second text?, reason text?, patient_id text?, given_name text?, family_name text?, mrn text?, address text?)
-- Every entry of the register in a period, whatever became of its container: the newest first.
SELECT c.id, c.number, c.product, c.lot, c.ug_per_ml, c.piece_ug, e.kind, e.amount_ug, e.left_ug,
       e.counted_ug, e.place, e.at_ms, a.display_name, b.display_name, e.reason, e.patient_id,
       p.given_name, p.family_name, p.mrn, p.address
  FROM custody_entry e
  JOIN container c ON c.clinic_id = e.clinic_id AND c.id = e.container_id
  JOIN account a ON a.clinic_id = e.clinic_id AND a.id = e.account_id
  LEFT JOIN account b ON b.clinic_id = e.clinic_id AND b.id = e.second_id
  LEFT JOIN patient p ON p.clinic_id = e.clinic_id AND p.id = e.patient_id
 WHERE e.clinic_id = $clinic AND e.at_ms >= $1 AND e.at_ms < $2
 ORDER BY e.at_ms DESC, c.number DESC, e.seq DESC LIMIT $3;

-- many custody_given_of_lot (lot text) -> (patient_id text, given_name text, family_name text, mrn text, at_ms int, amount_ug int, number text?)
-- Who was given something of a lot, by the register or as typed: whom a recall concerns.
SELECT p.id, p.given_name, p.family_name, p.mrn, g.at_ms, g.amount_ug, g.number
  FROM (SELECT e.patient_id, MIN(e.at_ms) AS at_ms, c.number,
               CAST(SUM(CASE e.kind WHEN 'administer' THEN e.amount_ug ELSE -e.amount_ug END)
                    AS BIGINT) AS amount_ug
          FROM container c
          JOIN custody_entry e ON e.clinic_id = c.clinic_id AND e.container_id = c.id
         WHERE c.clinic_id = $clinic AND c.lot = $1 AND e.dose_id IS NOT NULL
         GROUP BY e.patient_id, e.dose_id, c.number
        UNION ALL
        SELECT d.patient_id, d.given_ms, NULL, d.amount_ug FROM dose_given d
         WHERE d.clinic_id = $clinic AND d.lot = $1 AND NOT EXISTS (SELECT 1 FROM custody_entry e
                WHERE e.clinic_id = d.clinic_id AND e.dose_id = d.id)) g
  JOIN patient p ON p.clinic_id = $clinic AND p.id = g.patient_id
 ORDER BY g.at_ms DESC, g.number, p.id LIMIT 1000;

-- one custody_others (container_id text, patient_id text) -> (n int)
-- How often something was given from it to somebody else.
SELECT count(*) FROM custody_entry
 WHERE clinic_id = $clinic AND container_id = $1 AND kind = 'administer' AND patient_id <> $2;

-- many custody_of_dose (dose_id text) -> custody_entry
-- What a dose was taken from, in the order in which it was.
SELECT {custody_entry} FROM custody_entry
 WHERE clinic_id = $clinic AND dose_id = $1 AND kind = 'administer' ORDER BY at_ms, id LIMIT 20;

-- many lot_of_dose (dose_id text) -> (number text?, lot text, expiry_date text, amount_ug int)
-- The lots of one dose, each with what was given of it: by the register, or as typed.
SELECT c.number, c.lot, c.expiry_date,
       CAST(SUM(CASE e.kind WHEN 'administer' THEN e.amount_ug ELSE -e.amount_ug END) AS BIGINT)
  FROM custody_entry e JOIN container c ON c.clinic_id = e.clinic_id AND c.id = e.container_id
 WHERE e.clinic_id = $clinic AND e.dose_id = $1
 GROUP BY c.number, c.lot, c.expiry_date
UNION ALL
SELECT NULL, d.lot, d.expiry_date, d.amount_ug FROM dose_given d
 WHERE d.clinic_id = $clinic AND d.id = $1 AND NOT EXISTS (SELECT 1 FROM custody_entry e
        WHERE e.clinic_id = d.clinic_id AND e.dose_id = d.id)
 ORDER BY 1, 2 LIMIT 20;

-- many container_rest (now_ms int, dosing_id text?) -> container
-- Syringes with something left in them after their dose, of one session or of all: it is wasted now.
SELECT {container} FROM container
 WHERE clinic_id = $clinic AND form = 'syringe' AND left_ug > 0 AND state IN ('open', 'recalled')
   AND EXISTS (SELECT 1 FROM custody_entry e
         JOIN dose d ON d.clinic_id = e.clinic_id AND d.id = e.dose_id
         JOIN dosing s ON s.clinic_id = d.clinic_id AND s.id = d.dosing_id
        WHERE e.clinic_id = container.clinic_id AND e.container_id = container.id
          AND e.kind = 'administer' AND s.last_dose_ms <= $1 AND ($2 IS NULL OR s.id = $2))
 ORDER BY opened_ms, number LIMIT 200;

-- many custody_proof () -> (drug text, containers int, entries int, received_ug int, given_ug int, wasted_ug int, gone_ug int, left_ug int)
-- The whole register, a line each substance: what came from outside, and where it is. What was drawn
-- into a syringe counts once, as the syringe's.
SELECT drug, COUNT(*), CAST(COALESCE(SUM(entries), 0) AS BIGINT),
       CAST(COALESCE(SUM(CASE WHEN parent_id IS NULL THEN received_ug ELSE 0 END + adjusted_ug), 0) AS BIGINT),
       CAST(COALESCE(SUM(given_ug), 0) AS BIGINT), CAST(COALESCE(SUM(wasted_ug), 0) AS BIGINT),
       CAST(COALESCE(SUM(returned_ug + destroyed_ug + lost_ug), 0) AS BIGINT),
       CAST(COALESCE(SUM(left_ug), 0) AS BIGINT)
  FROM container WHERE clinic_id = $clinic GROUP BY drug ORDER BY drug DESC LIMIT 10;

-- many custody_disagree () -> (number text)
-- Containers whose totals are not the sum of their entries: there are none.
SELECT c.number FROM container c
 WHERE c.clinic_id = $clinic AND NOT EXISTS
       (SELECT 1 FROM (SELECT COUNT(*) AS n,
               COALESCE(SUM(CASE WHEN e.kind = 'receive' THEN e.amount_ug ELSE 0 END), 0) AS received_ug,
               COALESCE(SUM(CASE e.kind WHEN 'administer' THEN e.amount_ug
                            WHEN 'undelivered' THEN -e.amount_ug ELSE 0 END), 0) AS given_ug,
               COALESCE(SUM(CASE WHEN e.kind = 'waste' THEN e.amount_ug ELSE 0 END), 0) AS wasted_ug,
               COALESCE(SUM(CASE WHEN e.kind = 'draw' THEN e.amount_ug ELSE 0 END), 0) AS drawn_ug,
               COALESCE(SUM(CASE WHEN e.kind = 'return' THEN e.amount_ug ELSE 0 END), 0) AS returned_ug,
               COALESCE(SUM(CASE WHEN e.kind = 'destroy' THEN e.amount_ug ELSE 0 END), 0) AS destroyed_ug,
               COALESCE(SUM(CASE WHEN e.kind = 'loss' THEN e.amount_ug ELSE 0 END), 0) AS lost_ug,
               COALESCE(SUM(CASE WHEN e.kind = 'adjust' THEN e.amount_ug ELSE 0 END), 0) AS adjusted_ug
          FROM custody_entry e WHERE e.clinic_id = c.clinic_id AND e.container_id = c.id) s
         WHERE s.n = c.entries AND s.received_ug = c.received_ug AND s.given_ug = c.given_ug
           AND s.wasted_ug = c.wasted_ug AND s.drawn_ug = c.drawn_ug
           AND s.returned_ug = c.returned_ug AND s.destroyed_ug = c.destroyed_ug
           AND s.lost_ug = c.lost_ug AND s.adjusted_ug = c.adjusted_ug)
 ORDER BY c.number LIMIT 200;

-- many count_line_of_count (count_id text) -> (number text?, product text, form text, lot text, expiry_date text, expected int, counted int, expected_ug int, counted_ug int, incident_id text?)
SELECT c.number, l.product, l.form, l.lot, l.expiry_date, l.expected, l.counted, l.expected_ug,
       l.counted_ug, l.incident_id
  FROM custody_count_line l
  LEFT JOIN container c ON c.clinic_id = l.clinic_id AND c.id = l.container_id
 WHERE l.clinic_id = $clinic AND l.count_id = $1 ORDER BY l.position LIMIT 1000;

-- many count_between (from_ms int, until_ms int, most int) -> (id text, place text, kind text, at_ms int, who text, second text, incidents int)
SELECT c.id, c.place, c.kind, c.at_ms, a.display_name, b.display_name,
       (SELECT COUNT(*) FROM custody_count_line l
         WHERE l.clinic_id = c.clinic_id AND l.count_id = c.id AND l.incident_id IS NOT NULL)
  FROM custody_count c
  JOIN account a ON a.clinic_id = c.clinic_id AND a.id = c.account_id
  JOIN account b ON b.clinic_id = c.clinic_id AND b.id = c.second_id
 WHERE c.clinic_id = $clinic AND c.at_ms >= $1 AND c.at_ms < $2
 ORDER BY c.at_ms DESC, c.id DESC LIMIT $3;

-- one count_last (place text, kind text) -> (at_ms int)
SELECT at_ms FROM custody_count WHERE clinic_id = $clinic AND place = $1 AND kind = $2
 ORDER BY at_ms DESC LIMIT 1;

-- one count_wanted (place text, before_ms int) -> (at_ms int?)
-- When a place that holds something was counted last (NULL: never), where that is before; else E_UNKNOWN.
SELECT l.at_ms FROM (SELECT MAX(at_ms) AS at_ms FROM custody_count WHERE clinic_id = $clinic AND place = $1) l
 WHERE (l.at_ms IS NULL OR l.at_ms < $2)
   AND EXISTS (SELECT 1 FROM container c WHERE c.clinic_id = $clinic AND c.place = $1
                  AND c.state IN ('sealed', 'open', 'recalled'));

-- many incident_open () -> custody_incident
SELECT {custody_incident} FROM custody_incident
 WHERE clinic_id = $clinic AND state <> 'closed' ORDER BY opened_ms, id LIMIT 500;

-- many incident_between (from_ms int, until_ms int) -> custody_incident
SELECT {custody_incident} FROM custody_incident
 WHERE clinic_id = $clinic AND opened_ms >= $1 AND opened_ms < $2
 ORDER BY opened_ms DESC, id LIMIT 500;
