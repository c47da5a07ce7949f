SELECT * FROM {{ ref('monthly_nps') }} WHERE nps NOT BETWEEN -100 AND 100 OR lower > upper
