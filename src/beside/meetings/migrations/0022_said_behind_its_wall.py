from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("meetings", "0021_said_wall")]
    operations = [migrations.RemoveField(model_name="meeting", name="said")]
