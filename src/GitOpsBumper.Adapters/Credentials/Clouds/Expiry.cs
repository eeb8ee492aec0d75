namespace GitOpsBumper.Adapters.Credentials.Clouds;

/// <summary>When something that a cloud gave is better asked for anew.</summary>
internal static class Expiry
{
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(12);
    private static readonly TimeSpan LongestMargin = TimeSpan.FromMinutes(15);

    /// <summary>A tenth of its life before it ends, at most a quarter of an hour: clocks differ, and a cycle takes its time.</summary>
    /// <param name="promised">When it ends; null: nobody said, then an hour from now.</param>
    /// <param name="now">Counts for what has ended already too: then nothing is kept.</param>
    public static DateTimeOffset Of(DateTimeOffset? promised, DateTimeOffset now)
    {
        var life = (promised ?? now.AddHours(1)) - now;
        if (life > LongestLife)
            life = LongestLife;
        var margin = life / 10;
        return now + life - (margin > LongestMargin ? LongestMargin : margin);
    }
}
