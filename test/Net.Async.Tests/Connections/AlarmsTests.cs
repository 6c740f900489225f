using Microsoft.Extensions.Time.Testing;

namespace Net.Async.Tests.Connections;

/// <summary>The one timer behind all time limits of connections.</summary>
public class AlarmsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Set_WhereNoContextFlows_Rings()
    {
        var alarms = new Alarms(_time);
        var bell = new Bell();
        using (ExecutionContext.SuppressFlow())
            alarms.Set(bell, alarms.After(alarms.Now, TimeSpan.FromSeconds(1)));
        Assert.Equal(0, bell.Rings);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, bell.Rings);
    }

    [Fact]
    public void Ring_OneThrows_TheOthersRing()
    {
        var alarms = new Alarms(_time);
        Bell[] bells = [new Bell { Breaks = true }, new Bell()];
        foreach (var bell in bells)
            alarms.Set(bell, alarms.After(alarms.Now, TimeSpan.FromSeconds(1)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([1, 1], bells.Select(static bell => bell.Rings));
    }

    private sealed class Bell : Alarm
    {
        public bool Breaks { get; init; }

        public int Rings { get; private set; }

        public override void OnDue()
        {
            Rings++;
            if (Breaks)
                throw new InvalidDataException();
        }
    }
}
