extension ConfidentialityTable {
    /// From 00041511 to 00181400.
    static let firstRows = """
        00041511 UI U      -/1C  U    Referenced SOP Instance UID in File
        00080012 DA X/D    1/-   Fm   Instance Creation Date
        00080013 TM X/Z/D  1/-   Fm   Instance Creation Time
        00080014 UI U      3/-   U    Instance Creator UID
        00080015 DT X      3/-   Fm   Instance Coercion DateTime
        00080017 UI U      3/-   U    Acquisition UID
        00080018 UI U      1/1   U    SOP Instance UID
        00080019 UI U      1/-   U    Pyramid UID
        00080020 DA Z      2/2   Fm   Study Date
        00080021 DA X/D    1/1   Fm   Series Date
        00080022 DA X/Z    2/-   Fm   Acquisition Date
        00080023 DA Z/D    1/3   Fm   Content Date
        00080024 DA X      -/-   Fm   Overlay Date
        00080025 DA X      -/-   Fm   Curve Date
        0008002A DT X/Z/D  1/1C  Fm   Acquisition DateTime
        00080030 TM Z      2/2   Fm   Study Time
        00080031 TM X/D    1/1   Fm   Series Time
        00080032 TM X/Z    2/-   Fm   Acquisition Time
        00080033 TM Z/D    1/3   Fm   Content Time
        00080034 TM X      -/-   Fm   Overlay Time
        00080035 TM X      -/-   Fm   Curve Time
        00080050 SH Z      2/2   -    Accession Number
        00080054 AE X      -/1   d    Retrieve AE Title
        00080055 AE X      -/3   d    Station AE Title
        00080058 UI U      -/-   U    Failed SOP Instance UID List
        00080080 LO X/Z/D  3/1C  I    Institution Name
        00080081 ST X      3/3   I    Institution Address
        00080082 SQ X/Z/D  -/1C  I    Institution Code Sequence
        00080090 PN Z      2/3   -    Referring Physician's Name
        00080092 ST X      -/-   -    Referring Physician's Address
        00080094 SH X      -/-   -    Referring Physician's Telephone Numbers
        00080096 SQ X      3/3   -    Referring Physician Identification Sequence
        0008009C PN Z      3/3   -    Consulting Physician's Name
        0008009D SQ X      3/3   -    Consulting Physician Identification Sequence
        00080106 DT D      -/1   Fm   Context Group Version
        00080107 DT D      -/1C  Fm   Context Group Local Version
        00080201 SH X      1/1C  Fm   Timezone Offset From UTC
        00081000 AE X      -/-   d    Network ID
        00081010 SH X/Z/D  3/1C  D    Station Name
        00081030 LO X      3/2   t    Study Description
        0008103E LO X      3/1   t    Series Description
        00081040 LO X      3/3   I    Institutional Department Name
        00081041 SQ X      3/3   I    Institutional Department Type Code Sequence
        00081048 PN X      3/3   -    Physician(s) of Record
        00081049 SQ X      3/3   -    Physician(s) of Record Identification Sequence
        00081050 PN X      3/-   -    Performing Physician's Name
        00081052 SQ X      3/-   -    Performing Physician Identification Sequence
        00081060 PN X      3/3   -    Name of Physician(s) Reading Study
        00081062 SQ X      3/3   -    Physician(s) Reading Study Identification Sequence
        00081070 PN X/Z/D  2/1C  -    Operators' Name
        00081072 SQ X/D    3/1   -    Operator Identification Sequence
        00081080 LO X      3/-   t    Admitting Diagnoses Description
        00081084 SQ X      3/-   t    Admitting Diagnoses Code Sequence
        00081088 LO X      3/-   t    Pyramid Description
        00081110 SQ X/Z    3/1   U    Referenced Study Sequence
        00081111 SQ X/Z/D  1C/-  U    Referenced Performed Procedure Step Sequence
        00081120 SQ X      3/-   U    Referenced Patient Sequence
        00081140 SQ X/Z/U* 1C/1  U    Referenced Image Sequence
        00081155 UI U      -/1   U    Referenced SOP Instance UID
        00081195 UI U      1C/-  U    Transaction UID
        00081301 SQ X      -/-   -    Principal Diagnosis Code Sequence
        00081302 SQ X      -/-   -    Primary Diagnosis Code Sequence
        00081303 SQ X      -/-   -    Secondary Diagnoses Code Sequence
        00081304 SQ X      -/-   -    Histological Diagnoses Code Sequence
        00082111 ST X      3/3   t    Derivation Description
        00082112 SQ X/Z/U* 1/1C  U    Source Image Sequence
        00083010 UI U      3/1   U    Irradiation Event UID
        00084000 LT X      -/-   t    Identifying Comments
        00100010 PN Z      2/2   -    Patient's Name
        00100011 SQ X      -/-   -    Person Names to Use Sequence
        00100012 LT X      -/-   -    Name to Use
        00100013 UT X      -/-   -    Name to Use Comment
        00100014 SQ X      -/-   -    Third Person Pronouns Sequence
        00100015 SQ X      -/-   -    Pronoun Code Sequence
        00100016 UT X      -/-   -    Pronoun Comment
        00100020 LO Z/D    2/1   -    Patient ID
        00100021 LO X      3/3   -    Issuer of Patient ID
        00100030 DA Z      2/2   -    Patient's Birth Date
        00100032 TM X      3/-   -    Patient's Birth Time
        00100040 CS Z      2/2   P    Patient's Sex
        00100041 SQ X      -/-   -    Gender Identity Sequence
        00100042 UT X      -/-   -    Sex Parameters for Clinical Use Category Comment
        00100043 SQ X      -/-   -    Sex Parameters for Clinical Use Category Sequence
        00100044 SQ X      -/-   -    Gender Identity Code Sequence
        00100045 UT X      -/-   -    Gender Identity Comment
        00100046 SQ X      -/-   -    Sex Parameters for Clinical Use Category Code Sequence
        00100047 UR X      -/-   -    Sex Parameters for Clinical Use Category Reference
        00100050 SQ X      -/-   -    Patient's Insurance Plan Code Sequence
        00100101 SQ X      -/-   -    Patient's Primary Language Code Sequence
        00100102 SQ X      -/-   -    Patient's Primary Language Modifier Code Sequence
        00101000 LO X      -/-   -    Other Patient IDs
        00101001 PN X      3/3   -    Other Patient Names
        00101002 SQ X      3/3   -    Other Patient IDs Sequence
        00101005 PN X      -/-   -    Patient's Birth Name
        00101010 AS X      3/-   P    Patient's Age
        00101020 DS X      3/-   P    Patient's Size
        00101030 DS X      3/-   P    Patient's Weight
        00101040 LO X      -/-   -    Patient's Address
        00101050 LO X      -/-   -    Insurance Plan Identification
        00101060 PN X      -/-   -    Patient's Mother's Birth Name
        00101080 LO X      -/-   -    Military Rank
        00101081 LO X      -/-   -    Branch of Service
        00101090 LO X      -/-   -    Medical Record Locator
        00101100 SQ X      3/-   -    Referenced Patient Photo Sequence
        00102000 LO X      3/-   t    Medical Alerts
        00102110 LO X      3/-   pt   Allergies
        00102150 LO X      -/-   -    Country of Residence
        00102152 LO X      -/-   -    Region of Residence
        00102154 SH X      -/-   -    Patient's Telephone Numbers
        00102155 LT X      -/-   -    Patient's Telecom Information
        00102160 SH X      -/-   P    Ethnic Group
        00102161 SQ X      3/-   -    Ethnic Group Code Sequence
        00102162 UC X      -/-   -    Ethnic Groups
        00102180 SH X      3/-   t    Occupation
        001021A0 CS X      3/-   P    Smoking Status
        001021B0 LT X      3/-   t    Additional Patient History
        001021C0 US X      3/-   P    Pregnancy Status
        001021D0 DA X      3/-   Fm   Last Menstrual Date
        001021F0 LO X      -/-   -    Patient's Religious Preference
        00102203 CS X/Z    2C/-  P    Patient's Sex Neutered
        00102297 PN X      2C/-  -    Responsible Person
        00102299 LO X      2C/-  -    Responsible Organization
        00104000 LT X      3/-   t    Patient Comments
        00120010 LO D      1/-   -    Clinical Trial Sponsor Name
        00120020 LO D      1/1   -    Clinical Trial Protocol ID
        00120021 LO Z      2/-   -    Clinical Trial Protocol Name
        00120022 LO X      3/1   -    Issuer of Clinical Trial Protocol ID
        00120023 SQ X      3/-   -    Other Clinical Trial Protocol IDs Sequence
        00120030 LO Z      2/-   I    Clinical Trial Site ID
        00120031 LO Z      2/-   I    Clinical Trial Site Name
        00120032 LO X      3/-   -    Issuer of Clinical Trial Site ID
        00120040 LO D      1C/-  -    Clinical Trial Subject ID
        00120041 LO X      3/-   -    Issuer of Clinical Trial Subject ID
        00120042 LO D      1C/-  -    Clinical Trial Subject Reading ID
        00120043 LO X      3/-   -    Issuer of Clinical Trial Subject Reading ID
        00120050 LO Z      2/-   -    Clinical Trial Time Point ID
        00120051 ST X      3/-   t    Clinical Trial Time Point Description
        00120055 LO X      3/-   -    Issuer of Clinical Trial Time Point ID
        00120060 LO Z      2/-   I    Clinical Trial Coordinating Center Name
        00120071 LO X      3/-   -    Clinical Trial Series ID
        00120072 LO X      3/-   t    Clinical Trial Series Description
        00120073 LO X      3/-   -    Issuer of Clinical Trial Series ID
        00120081 LO D      1C/-  I    Clinical Trial Protocol Ethics Committee Name
        00120082 LO X      3/-   -    Clinical Trial Protocol Ethics Committee Approval Number
        00120086 DA X      3/-   Fm   Ethics Committee Approval Effectiveness Start Date
        00120087 DA X      3/-   Fm   Ethics Committee Approval Effectiveness End Date
        0014407C TM X      -/-   DFm  Calibration Time
        0014407E DA X      -/-   DFm  Calibration Date
        0016002B OB X      3/-   t    Maker Note
        0016004B OB X      3/-   t    Device Setting Description
        0016004D UT X      3/-   -    Camera Owner Name
        0016004E DS X      3/-   D    Lens Specification
        0016004F UT X      3/-   D    Lens Make
        00160050 UT X      3/-   D    Lens Model
        00160051 UT X      3/-   D    Lens Serial Number
        00160070 OB X      3/-   -    GPS Version ID
        00160071 CS X      3/-   -    GPS Latitude Ref
        00160072 DS X      3/-   -    GPS Latitude
        00160073 CS X      3/-   -    GPS Longitude Ref
        00160074 DS X      3/-   -    GPS Longitude
        00160075 US X      3/-   -    GPS Altitude Ref
        00160076 DS X      3/-   -    GPS Altitude
        00160077 DT X      3/-   -    GPS Time Stamp
        00160078 UT X      3/-   -    GPS Satellites
        00160079 CS X      3/-   -    GPS Status
        0016007A CS X      3/-   -    GPS Measure Mode
        0016007B DS X      3/-   -    GPS DOP
        0016007C CS X      3/-   -    GPS Speed Ref
        0016007D DS X      3/-   -    GPS Speed
        0016007E CS X      3/-   -    GPS Track Ref
        0016007F DS X      3/-   -    GPS Track
        00160080 CS X      3/-   -    GPS Img Direction Ref
        00160081 DS X      3/-   -    GPS Img Direction
        00160082 UT X      3/-   -    GPS Map Datum
        00160083 CS X      3/-   -    GPS Dest Latitude Ref
        00160084 DS X      3/-   -    GPS Dest Latitude
        00160085 CS X      3/-   -    GPS Dest Longitude Ref
        00160086 DS X      3/-   -    GPS Dest Longitude
        00160087 CS X      3/-   -    GPS Dest Bearing Ref
        00160088 DS X      3/-   -    GPS Dest Bearing
        00160089 CS X      3/-   -    GPS Dest Distance Ref
        0016008A DS X      3/-   -    GPS Dest Distance
        0016008B OB X      3/-   -    GPS Processing Method
        0016008C OB X      3/-   -    GPS Area Information
        0016008D DT X      3/-   Fm   GPS Date Stamp
        0016008E IS X      3/-   -    GPS Differential
        00180010 LO Z/D    2/1C  t    Contrast/Bolus Agent
        00180027 TM X      -/3   Fm   Intervention Drug Stop Time
        00180035 TM X      -/3   Fm   Intervention Drug Start Time
        00181000 LO X/Z/D  1/1C  D    Device Serial Number
        00181002 UI U      3/1C  UD   Device UID
        00181004 LO X      3/-   D    Plate ID
        00181005 LO X      3/-   D    Generator ID
        00181007 LO X      3/-   D    Cassette ID
        00181008 LO X      3/-   D    Gantry ID
        00181009 UT X      -/1   D    Unique Device Identifier
        0018100A SQ X      3/3   D    UDI Sequence
        0018100B UI U      3/2   UD   Manufacturer's Device Class UID
        00181010 LO X      3/-   -    Secondary Capture Device ID
        00181011 LO X      -/-   -    Hardcopy Creation Device ID
        00181012 DA X      3/-   Fm   Date of Secondary Capture
        00181014 TM X      3/-   Fm   Time of Secondary Capture
        00181030 LO X/D    1/1C  t    Protocol Name
        00181042 TM X      3/3   Fm   Contrast/Bolus Start Time
        00181043 TM X      3/3   Fm   Contrast/Bolus Stop Time
        00181072 TM X      -/3   Fm   Radiopharmaceutical Start Time
        00181073 TM X      -/3   Fm   Radiopharmaceutical Stop Time
        00181078 DT X      -/1   Fm   Radiopharmaceutical Start DateTime
        00181079 DT X      -/3   Fm   Radiopharmaceutical Stop DateTime
        001811BB LO D      -/3   t    Acquisition Field Of View Label
        00181200 DA X      3/3   DFm  Date of Last Calibration
        00181201 TM X      3/3   DFm  Time of Last Calibration
        00181202 DT X      -/-   DFm  DateTime of Last Calibration
        00181203 DT Z      -/2   DFm  Calibration DateTime
        00181204 DA X      3/3   DFm  Date of Manufacture
        00181205 DA X      3/3   DFm  Date of Installation
        00181400 LO X/D    3/1C  t    Acquisition Device Processing Description
        """
}
