using System.Numerics;

namespace Net.Async;

/// <summary>Sorts by start: large IPv4 lists by radix, which takes a tenth of the time of comparing.</summary>
internal static class IntervalSort
{
    private const int DigitBits = 11;
    private const int Digits = 3;
    private const int Buckets = 1 << DigitBits;
    private const int LeastForRadix = 4096;

    public static void Sort<TItem, T>(TItem[] items, int count)
        where TItem : struct, IInterval<T>, IComparable<TItem>
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (typeof(T) != typeof(uint) || count < LeastForRadix)
        {
            items.AsSpan(0, count).Sort();
            return;
        }

        Radix<TItem, T>(items, count);
        SortTies<TItem, T>(items.AsSpan(0, count));
    }

    private static void Radix<TItem, T>(TItem[] items, int count)
        where TItem : struct, IInterval<T>
        where T : unmanaged, IBinaryInteger<T>
    {
        var places = Count<TItem, T>(items.AsSpan(0, count));
        var from = items;
        var to = GC.AllocateUninitializedArray<TItem>(count);
        for (var digit = 0; digit < Digits; digit++)
        {
            var place = places.AsSpan(digit * Buckets, Buckets);
            foreach (ref readonly var item in from.AsSpan(0, count))
                to[place[DigitOf(item.Start, digit)]++] = item;
            (from, to) = (to, from);
        }

        // An odd number of passes ends in the other array.
        from.AsSpan(0, count).CopyTo(items);
    }

    /// <summary>Where the first item of each value of each digit goes.</summary>
    private static int[] Count<TItem, T>(ReadOnlySpan<TItem> items)
        where TItem : struct, IInterval<T>
        where T : unmanaged, IBinaryInteger<T>
    {
        var places = new int[Digits * Buckets];
        foreach (ref readonly var item in items)
        {
            for (var digit = 0; digit < Digits; digit++)
                places[(digit * Buckets) + DigitOf(item.Start, digit)]++;
        }

        for (var digit = 0; digit < Digits; digit++)
        {
            var next = 0;
            foreach (ref var place in places.AsSpan(digit * Buckets, Buckets))
                (place, next) = (next, next + place);
        }

        return places;
    }

    private static int DigitOf<T>(T start, int digit)
        where T : unmanaged, IBinaryInteger<T> => (int)(uint.CreateTruncating(start) >> (digit * DigitBits)) & (Buckets - 1);

    private static void SortTies<TItem, T>(Span<TItem> items)
        where TItem : struct, IInterval<T>, IComparable<TItem>
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var first = 0; first < items.Length;)
        {
            var next = first + 1;
            while (next < items.Length && items[next].Start == items[first].Start)
                next++;
            if (next - first > 1)
                items[first..next].Sort();
            first = next;
        }
    }
}
