using Xunit.Abstractions;

namespace Net.Async.Tests.Timing;

public class TimerHeapTests(ITestOutputHelper output)
{
    private readonly TimerHeap _heap = new();

    [Fact]
    public void First_Empty_IsNull() => Assert.Null(_heap.First);

    [Fact]
    public void Remove_EntryThatIsNotIn_ChangesNothing()
    {
        var entry = new Entry { Due = 1 };
        _heap.Add(entry);
        _heap.Remove(new Entry());
        Assert.Same(entry, _heap.First);
        _heap.Remove(entry);
        _heap.Remove(entry);
        Assert.Null(_heap.First);
    }

    // The model is a list that is searched.
    [Fact]
    public void AddAndRemove_AtRandom_FirstIsTheModelsEarliest()
    {
        var random = Seed.Start(output);
        var model = new List<Entry>();
        for (var step = 0; step < 20_000; step++)
        {
            // Grows first and shrinks later; many entries share a due time.
            if (model.Count == 0 || random.Next(20_000) > step)
            {
                var entry = new Entry { Due = random.Next(100) };
                model.Add(entry);
                _heap.Add(entry);
            }
            else
            {
                var index = random.Next(model.Count);
                _heap.Remove(model[index]);
                model.RemoveAt(index);
            }

            Assert.Equal(model.Count == 0 ? null : model.Min(static entry => entry.Due), _heap.First?.Due);
        }
    }

    private sealed class Entry : TimerEntry
    {
        public override void OnElapsed() => throw new InvalidOperationException("The heap calls nothing.");
    }
}
