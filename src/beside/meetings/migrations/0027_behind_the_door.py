from django.db import migrations

# What would lead to a door that is not public goes behind it; the face keeps the neighbourhood.
# What was brought in from elsewhere stays as its source has published it.
BEHIND = """
insert into meetings_door (venue_id, address, directions, public, name, postcode, quiet_space, transport)
select v.id, '', '', false, '', '', '', '' from meetings_venue v
where v.source = '' and not exists (select from meetings_door d where d.venue_id = v.id);
update meetings_door d
set name = v.name, postcode = v.postcode, quiet_space = v.quiet_space, transport = v.transport
from meetings_venue v where v.id = d.venue_id and v.source = '';
update meetings_venue v
set name = coalesce(nullif(v.neighbourhood, ''), nullif(v.town, ''), 'A place that is told later'),
    postcode = '', quiet_space = '', transport = ''
from meetings_door d where d.venue_id = v.id and v.source = '' and not d.public
"""
BEFORE = """
update meetings_venue v
set name = d.name, postcode = d.postcode, quiet_space = d.quiet_space, transport = d.transport
from meetings_door d where d.venue_id = v.id and d.name <> ''
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0026_doors_lead_there")]
    operations = [migrations.RunSQL(BEHIND, BEFORE)]
