namespace Net.Async.Tests.Options;

/// <summary>What holds for the options of every package holds for those of the transport.</summary>
public class TransportOptionsTests
{
    private static readonly Type s_type = typeof(NetAsyncTransportOptions);

    [Fact]
    public void ExportedOptions_OfThePackage_AreTheseOnly() => Assert.Equal([s_type], s_type.Assembly.GetExportedTypes().Where(OptionsTypes.IsOptions));

    [Fact]
    public void Type_Itself_IsASealedRecordWithSetters() => new OptionsTests().Type_EachOfThem_IsASealedRecordWithSetters(s_type);

    [Fact]
    public void Copy_EveryPropertySet_HasEveryValueAndNoneOfTheChildren() => new OptionsTests().Copy_EveryPropertySet_HasEveryValueAndNoneOfTheChildren(s_type);

    [Fact]
    public void Set_AChild_IsCopied() => new OptionsTests().Set_AChild_IsCopied(s_type);

    [Fact]
    public void Bind_FromJson_SetsEveryValueThatTextCanSay() => new OptionsTests().Bind_FromJson_SetsEveryValueThatTextCanSay(s_type);

    [Fact]
    public void Configure_TheType_SetsEveryProperty() => new OptionsTests().Configure_EachType_SetsEveryProperty(s_type);
}
